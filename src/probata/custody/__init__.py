"""The ledger: acts and entries, Merkle tree, signed checkpoints, witnesses, timestamps, the verifier."""
