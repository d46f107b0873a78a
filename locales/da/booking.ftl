# Tider hos Borgerservice.
