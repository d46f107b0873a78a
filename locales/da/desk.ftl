# Borgerservice: medarbejdernes side

desk-title = Borgerservice
desk-welcome = Denne side er for medarbejdere i Borgerservice. Log på med din egen Segl-identitet. Du skal være oprettet som medarbejder i din kommune.
    .logged = Alt, hvad der gøres her, skrives i en log under dit navn.
desk-sign-in = Log på
desk-sign-in-reference = Log på Borgerservice som medarbejder
desk-sign-out = Log af
desk-to-the-front = Til forsiden
desk-menu = Borgerservice
desk-home = Forside
desk-home-title = Forside
desk-home-lead = Du arbejder for { $organisation }. Du ser kun din egen kommunes sager.
desk-role-official = Medarbejder
desk-role-supervisor = Leder

fault-desk-sign-in-needed = Log på for at fortsætte
    .help = Du er ikke logget på, eller det er for længe siden. Log på igen med din egen identitet.
fault-desk-visit-over = Log på begyndte ikke her
    .help = Svaret hører ikke til denne browser, eller det tog for lang tid. Begynd forfra.
fault-desk-sign-in-stopped = Du blev ikke logget på
    .help = Log på blev afbrudt eller afvist. Prøv igen.
fault-not-an-official = Du er ikke oprettet som medarbejder
    .help = Din identitet har ingen rolle i Borgerservice. Bed den, der står for systemet i din kommune, om at oprette dig.
fault-not-a-supervisor = Det kan kun en leder gøre
    .help = Bed en leder i din kommune om at gøre det. Høj sikkerhed kræver to medarbejdere, og den ene er en leder.

# I demoen

demo-place-desk = Borgerservice
    .text = Medarbejdernes side: her bevises det, hvem nogen er. Log på som en af de fire medarbejdere nedenfor.
    .open = Åbn Borgerservice
demo-who-official = { $name } arbejder i Birkesund Kommunes Borgerservice og behandler sager der.
    .tag = Medarbejder, Birkesund
demo-who-supervisor = { $name } er leder i Birkesund Kommunes Borgerservice og er den anden medarbejder, når en sag skal nå høj sikkerhed.
    .tag = Leder, Birkesund
demo-who-other-official = { $name } arbejder i Nordager Kommunes Borgerservice og kan ikke se Birkesunds sager.
    .tag = Medarbejder, Nordager
