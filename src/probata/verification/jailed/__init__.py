"""What verifying runs inside the jail: only what decoders feed."""
