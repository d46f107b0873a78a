fault-register-unavailable = CPR-registret svarer ikke
    .help = Der er ikke gået noget tabt. Vent et par minutter, og prøv igen.
