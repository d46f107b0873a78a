# Hvad folk får at vide på SMS, e-mail og brev. Ingen besked indeholder et link (R-MSG-1).
notice-letter-code = Din brevkode til Segl-appen
    .text =
    Kære { $name }

    Her er din brevkode til Segl-appen:

    { $code }

    Du får også en kode på SMS. Åbn selv Segl-appen, vælg »Aktivér«, og indtast dit bruger-id og begge koder. Brevkoden gælder i 48 timer.

    Giv ikke koderne til nogen, heller ikke til en, der siger, at de ringer fra Segl, din bank eller politiet.
notice-sms-code = Segl: din SMS-kode er { $code }. Den gælder i 30 minutter. Giv den ikke til nogen.
notice-app-activated = En Segl-app er aktiveret
    .text = Kære { $name }. Segl-appen »{ $app }« er netop aktiveret med din identitet. Var det ikke dig, så kontakt straks support; nummeret står på bagsiden af dit brev.
notice-app-removed = En Segl-app er fjernet
    .text = Kære { $name }. Segl-appen »{ $app }« er netop fjernet fra din identitet. Var det ikke dig, så kontakt straks support; nummeret står på bagsiden af dit brev.
notice-enrolled = Du har fået en Segl-identitet
    .text = Kære { $name }. Der er netop oprettet en Segl-identitet til dig. Var det ikke dig, så kontakt straks Borgerservice.
