# Siderne i et log-on.
skip-to-content = Gå til indholdet
language = Sprog
footer = Segl er en åben elektronisk identitet. Ingen fra Segl vil nogensinde spørge om din pinkode.
continue = Fortsæt
or = eller

sign-in-title = Hvem er du?
user-id-heading = Skriv dit bruger-id
user-id-label = Bruger-id
user-id-hint = Det, du valgte, da du fik din identitet. Det er ikke dit CPR-nummer.
user-id-missing = Skriv dit bruger-id for at komme videre. Det har 5 til 48 tegn.
user-id-forgotten = Har du glemt dit bruger-id? Det står øverst i appen.
cancel-to-service = Afbryd og gå tilbage til { $service }

action-log-on = Log på hos
action-approve = Godkend hos
action-confirm = Bekræft hos
action-accept = Acceptér hos
action-sign = Underskriv hos
reference-age-check = Bekræft din alder

wait-title = Godkend i appen
wait-for = Du svarer
wait-heading = Godkend i din Segl-app
wait-step-open = Åbn Segl-appen på din telefon, og vælg »Scan koden«.
wait-step-scan = Ret kameraet mod koden herunder. Den skifter hvert sekund, og det skal den.
wait-step-approve = Se, hvem der spørger og om hvad, og indtast din pinkode.
qr-label = QR-kode til Segl-appen. Den skifter hvert sekund. Hvis du ikke kan scanne den, kan du åbne appen på denne enhed eller indtaste den firecifrede kode; begge dele findes længere nede.
countdown = {"{"}m{"}"} min. {"{"}s{"}"} sek. tilbage
open-the-app = Åbn appen på denne enhed
open-the-app-hint = Hvis du har Segl-appen på samme telefon eller computer som denne side.
typed-code-heading = Kan du ikke scanne?
typed-code-hint = Hvis du har slået det til i appens indstillinger, kan du vælge »Skriv koden« og skrive disse fire cifre:
wait-nothing = Sker der ikke noget i appen? Se efter, om du skrev det rigtige bruger-id: afbryd, og prøv igen.
wait-without-scripts = Scripts er slået fra i denne browser, så QR-koden vises ikke. Åbn appen på denne enhed, eller indtast den firecifrede kode. Siden ser efter hvert femte sekund, om du har svaret.

back-to-service = Tilbage til { $service }
ended-second-request = To anmodninger på én gang
    .text = Nogen, måske dig selv i et andet vindue, bad om en godkendelse med samme bruger-id, mens denne ventede. For en sikkerheds skyld er denne anmodning annulleret, og intet er godkendt. Var det dig, kan du bare begynde forfra. Var det ikke dig, kommer ingen ind uden din app, og du kan se forsøget i appens aktivitetslog.
ended-wrong-codes = De fire cifre var forkerte tre gange
    .text = Anmodningen er annulleret, og intet er godkendt. Begynd forfra, og scan QR-koden, hvis du kan.
ended-assurance = Din app er ikke stærk nok til dette
    .text = Tjenesten kræver et højere sikringsniveau, end din app kan bevise. Anmodningen er annulleret, og intet er godkendt. Borgerservice kan hjælpe dig med at få en stærkere identitet.
ended-cpr-demanded = Tjenesten kræver et CPR-nummer
    .text = Din identitet bygger på en P-kode, fordi du ikke har et dansk CPR-nummer. Tjenesten kan kun betjene personer med CPR-nummer, og den har ikke fået noget at vide. Kontakt tjenesten for at høre, hvordan den kan hjælpe dig på en anden måde.
ended-reported = Du har sagt, at det ikke var dig
    .text = Anmodningen er annulleret, og intet er godkendt. Hvis en anden bruger dit bruger-id, kan de ikke komme ind uden din app og din pinkode.

form-post-title = Tilbage til tjenesten
form-post-text = Du bliver sendt tilbage til tjenesten. Sker der ikke noget, så tryk på knappen.
logged-out = Du er logget af
    .text = Tjenestens adgang er ophørt. Du kan lukke vinduet.
support-code = Hvis du beder om hjælp, så nævn:
