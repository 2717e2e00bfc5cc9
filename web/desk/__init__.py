"""The desk: where agents work, as an application of its own under ``/desk``.

``desk`` puts its rooms together. A room is an ``APIRouter`` whose every route names its act by ``needs(Act.X)``.
"""

from web.desk.application import desk

__all__ = ["desk"]
