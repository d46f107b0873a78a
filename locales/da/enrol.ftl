## At få en identitet: afslag og fejl

fault-enrolment-unknown = Vi kender ikke denne oprettelse
    .help = Den er måske for gammel: efter 24 timer begynder man forfra.
fault-enrolment-out-of-turn = Det er ikke det næste skridt
    .help = Hent siden igen, så ser du, hvor langt du er.
fault-handed-over = En anden enhed er gået videre
    .help = Oprettelsen er givet videre og kan kun fortsættes dér.
fault-helpers-may-not = Det gør personen selv, på sin egen enhed
    .help = En hjælper vælger og ser hverken nummer, bruger-ID eller pinkode. Giv oprettelsen videre med koden.
fault-continuation-refused = Koden kan ikke bruges
    .help = Den er tastet forkert, brugt før eller for gammel. Prøv igen, eller få en ny kode.
fault-number-malformed = Det er hverken et CPR-nummer eller en P-kode
    .help = Et CPR-nummer har ti cifre og begynder med en dato. En P-kode har otte cifre.
fault-number-refused = Nummeret passer ikke til dit dokument
    .help = Se på dit sundhedskort, og tast CPR-nummeret igen. Er du i tvivl, så gå til Borgerservice.
fault-number-replaced = Du har fået et nyt CPR-nummer
    .help = Tast det nummer, der står på dit nye sundhedskort.
fault-p-code-refused = P-koden kan ikke bruges
    .help = En P-kode gælder 60 dage og tre gange, og kun for den, den er udstedt til. Få en ny hos Borgerservice.
fault-user-id-refused = Sådan kan et bruger-ID ikke se ud
    .help = Brug 5 til 48 tegn: bogstaver, cifre, mellemrum og almindelige tegn. Det må ikke ligne et CPR-nummer.
fault-user-id-taken = Bruger-ID'et er optaget
    .help = Vælg et andet.
fault-phone-refused = Telefonnummeret kan ikke bruges
    .help = Et dansk nummer har otte cifre. Et udenlandsk nummer begynder med + og landekoden.
fault-email-refused = E-mailadressen kan ikke bruges
    .help = Se på den igen: den har et navn, et snabel-a og et domæne med punktum.
fault-contact-missing = Vi mangler endnu en måde at nå dig på
    .help = Når noget ændres, får du besked to steder. Du har ingen adresse i CPR, så skriv også en e-mailadresse.
fault-has-identity = Du har allerede en identitet
    .help = Hver person har én. Du kan aktivere appen til den, du har.

## The demo's people without an identity

demo-persona-freja = Voksen med dansk pas: hele vejen hjemmefra.
demo-persona-gerda = 81 år, med dansk pas: får hjælp af en, der har appen.
demo-persona-emil = Fyldte 13 for en måned siden: må få en identitet.
demo-persona-luna = Er 12 år: får afslag, med den dato hun kan få en identitet.
demo-persona-viktor = Uden pas: går til Borgerservice og svarer på kontrolspørgsmål.
demo-persona-nadia = Lige flyttet hertil: går til Borgerservice med et vidne.
demo-persona-jens = Navne- og adressebeskyttet, med æ, ø og å i navnet.
demo-persona-marta = Polsk pas og intet CPR-nummer: bruger en P-kode.

demo-newcomers = Få en identitet
    .text = De her har ingen identitet endnu. Åbn appen, vælg »Få en identitet«, og vælg et af passene: demoens pas ligger i demoen, og appen læser dem, som en telefon læser et rigtigt.
demo-newcomer-number = CPR-nummer
demo-newcomer-no-number = Intet
demo-newcomer-p-code = P-kode
demo-newcomer-passport = Pas
demo-newcomer-has-passport = Ja, med chip
demo-newcomer-no-passport = Nej
demo-newcomer-book = Bestil tid hos Borgerservice
demo-newcomer-begin = Begynd i appen
