"""How the weights of a checkpoint are stored, where its configuration says so."""

from course_lib.catalog.huggingface.storage.settings import Reading, read

__all__ = ["Reading", "read"]
