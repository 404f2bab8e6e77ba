"""Where bytes rest: written once, named by their SHA-256, never opened for writing again."""

from probata.engines.blobs.files import BlobDamaged, BlobMissing, DiskFull, FileStore, Stored, StoreReadOnly

__all__ = ["BlobDamaged", "BlobMissing", "DiskFull", "FileStore", "StoreReadOnly", "Stored"]
