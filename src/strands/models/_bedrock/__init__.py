"""The parts of `strands.models.bedrock`: what to ask, what the answer means, and how it is carried."""
