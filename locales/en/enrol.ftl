## Getting an identity: refusals and faults

fault-enrolment-unknown = We do not know this enrolment
    .help = It may be too old: after 24 hours you begin again.
fault-enrolment-out-of-turn = That is not the next step
    .help = Load the page again to see how far you are.
fault-handed-over = Another device has gone on
    .help = The enrolment was handed over and can be continued only there.
fault-helpers-may-not = The person does that, on a device of their own
    .help = A helper neither chooses nor sees number, user ID or PIN. Hand the enrolment over with the code.
fault-continuation-refused = The code cannot be used
    .help = It was mistyped, used before, or is too old. Try again, or get a new code.
fault-number-malformed = That is neither a CPR number nor a P code
    .help = A CPR number has ten digits and begins with a date. A P code has eight digits.
fault-number-refused = The number does not fit your document
    .help = Look at your health card and type the CPR number again. If in doubt, go to Citizen Service.
fault-number-replaced = You have been given a new CPR number
    .help = Type the number that is on your new health card.
fault-p-code-refused = The P code cannot be used
    .help = A P code holds for 60 days and three uses, and only for whom it was issued to. Get a new one at Citizen Service.
fault-user-id-refused = A user ID cannot look like this
    .help = Use 5 to 48 characters: letters, digits, spaces and common signs. It must not look like a CPR number.
fault-user-id-taken = The user ID is taken
    .help = Choose another.
fault-phone-refused = The phone number cannot be used
    .help = A Danish number has eight digits. A foreign number begins with + and the country code.
fault-email-refused = The e-mail address cannot be used
    .help = Look at it again: it has a name, an at sign, and a domain with a dot.
fault-contact-missing = We need one more way to reach you
    .help = When something changes you are told in two places. You have no address in the CPR register, so give an e-mail address too.
fault-has-identity = You have an identity already
    .help = Each person has one. You can activate the app for the one you have.

## The demo's people without an identity

demo-persona-freja = An adult with a Danish passport: all the way from home.
demo-persona-gerda = 81 years old, with a Danish passport: helped by somebody who has the app.
demo-persona-emil = Turned 13 a month ago: may have an identity.
demo-persona-luna = Is 12: refused, with the date from which she can have an identity.
demo-persona-viktor = Without a passport: goes to Citizen Service and answers control questions.
demo-persona-nadia = Has just moved here: goes to Citizen Service with a witness.
demo-persona-jens = Name and address protected, with æ, ø and å in the name.
demo-persona-marta = A Polish passport and no CPR number: uses a P code.

demo-newcomers = Get an identity
    .text = These people have no identity yet. Open the app, choose “Get an identity”, and choose one of the passports: the demo’s passports are in the demo, and the app reads them as a phone reads a real one.
demo-newcomer-number = CPR number
demo-newcomer-no-number = None
demo-newcomer-p-code = P code
demo-newcomer-passport = Passport
demo-newcomer-has-passport = Yes, with a chip
demo-newcomer-no-passport = No
demo-newcomer-book = Book a time at Citizen Service
demo-newcomer-begin = Begin in the app
