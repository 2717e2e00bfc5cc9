"""How well customers are understood: figures on kept-back sentences, and the report that is written of them."""
