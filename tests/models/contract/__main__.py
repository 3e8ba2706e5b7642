"""Runs the contract and prints its table: `python -m tests.models.contract [--write-docs]`."""

from __future__ import annotations

import argparse
import sys

from tests.models import code_size
from tests.models.contract import report


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.models.contract", description=__doc__)
    parser.add_argument("--write-docs", action="store_true", help=f"put the table into {report.DOCUMENT.name}")
    options = parser.parse_args()
    exit_code, outcomes = report.run()
    print(f"\n{outcomes.table()}\n\n{code_size.table(code_size.code_in(code_size.PACKAGE))}")
    if options.write_docs:
        report.document(outcomes.table())
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
