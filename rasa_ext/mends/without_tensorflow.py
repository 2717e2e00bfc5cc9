"""Serving without TensorFlow: stand-ins for the three modules by which loading a model would import it.

Loading a model resolves its training graph too; nothing of it runs. Saves about 350 MB and 2 s at the start.
"""

import sys
from types import ModuleType

from rasa.engine.graph import GraphComponent

from rasa_ext.mends.version import require_mended_version

_STAND_INS = {
    "rasa.utils.tensorflow.callback": ["RasaTrainingLogger", "RasaModelCheckpoint"],
    "rasa.utils.tensorflow.data_generator": ["RasaBatchDataGenerator"],
    "rasa.graph_components.validators.default_recipe_validator": ["DefaultV1RecipeValidator"],
}


class TrainingOnly(GraphComponent):
    """Stands for a class that only training uses; must never be made."""

    def __init__(self) -> None:
        raise RuntimeError("This process serves a model and cannot train: use `python -m rasa_ext train`")


def stand_in_for_tensorflow() -> None:
    """Puts the stand-ins in place; call it before Rasa's server is imported, and never in a process that trains."""
    require_mended_version()
    for name, classes in _STAND_INS.items():
        module = ModuleType(name, "A stand-in, see rasa_ext/mends/without_tensorflow.py")
        for each in classes:
            setattr(module, each, type(each, (TrainingOnly,), {"__module__": name}))
        sys.modules[name] = module
