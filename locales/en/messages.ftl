# What people are told by SMS, e-mail and letter. No message carries a link (R-MSG-1).
notice-letter-code = Your letter code for the Segl app
    .text =
    Dear { $name }

    This is your letter code for the Segl app:

    { $code }

    You also get a code by SMS. Open the Segl app yourself, choose “Activate”, and enter your user ID and both codes. The letter code is valid for 48 hours.

    Give the codes to nobody, not even to somebody who says that they call from Segl, your bank or the police.
notice-sms-code = Segl: your SMS code is { $code }. It is valid for 30 minutes. Give it to nobody.
notice-app-activated = A Segl app was activated
    .text = Dear { $name }. The Segl app “{ $app }” has just been activated with your identity. If it was not you, contact support at once; you find the number on the back of your letter.
notice-app-removed = A Segl app was removed
    .text = Dear { $name }. The Segl app “{ $app }” has just been removed from your identity. If it was not you, contact support at once; you find the number on the back of your letter.
notice-enrolled = You have been given a Segl identity
    .text = Dear { $name }. A Segl identity has just been made for you. If it was not you, contact Citizen Service at once.
