"""Final-turn streaming for the published package: a patch that finds its places by structure.

python -m upstream apply PATH            edit a checkout or an installed copy in place
python -m upstream apply PATH --check    say whether that would work, and why not
python -m upstream apply PATH --diff     print what it would change
python -m upstream apply PATH --revert   undo it, byte for byte
python -m upstream pr                    print the pull request's description
python -m upstream matrix                try it all on published releases
"""
