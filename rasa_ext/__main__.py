"""`python -m rasa_ext` serves the model, `... train` makes it, `... evaluate` measures it.

`... another-hand SITTING` measures a model that was not taught a sitting of sentences, on just those.
"""

import sys
from pathlib import Path

from rasa_ext.surroundings import prepare


def main() -> None:
    """Runs the command named on the command line, `serve` when there is none."""
    command = sys.argv[1] if len(sys.argv) > 1 else "serve"
    prepare()
    if command == "serve":
        from rasa_ext.serve import serve

        serve()
    elif command == "train":
        from rasa_ext.train import train

        train()
    elif command == "evaluate":
        from rasa_ext.evaluation.evaluate import evaluate

        evaluate(Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    elif command == "another-hand" and len(sys.argv) > 2:
        from rasa_ext.evaluation.another_hand import another_hand

        another_hand(*map(Path, sys.argv[2:4]))
    else:
        raise SystemExit("usage: python -m rasa_ext [serve|train|evaluate [FOLDER]|another-hand SITTING [WEIGHTS]]")


main()
