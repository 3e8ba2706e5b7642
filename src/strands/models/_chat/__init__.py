"""What providers of chat models share: the request in a dialect, the stream of blocks, the errors."""
