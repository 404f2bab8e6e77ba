"""The same workspace for programs: JSON over HTTP, opened with a token that its owner made (docs/api.md)."""
