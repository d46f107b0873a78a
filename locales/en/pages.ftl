# The pages of a sign-in.
skip-to-content = Skip to the content
language = Language
footer = Segl is an open electronic identity. Nobody from Segl will ever ask for your PIN.
continue = Continue
or = or

sign-in-title = Who are you?
user-id-heading = Type your user ID
user-id-label = User ID
user-id-hint = The one you chose when you got your identity. It is not your CPR number.
user-id-missing = Type your user ID to go on. It has 5 to 48 characters.
user-id-forgotten = Forgotten your user ID? It is shown at the top of the app.
cancel-to-service = Cancel and go back to { $service }

action-log-on = Log on to
action-approve = Approve for
action-confirm = Confirm for
action-accept = Accept for
action-sign = Sign for
reference-age-check = Confirm your age

wait-title = Approve in the app
wait-for = You are answering
wait-heading = Approve in your Segl app
wait-step-open = Open the Segl app on your phone and choose “Scan the code”.
wait-step-scan = Point the camera at the code below. It changes every second, which is how it should be.
wait-step-approve = Check who asks and what for, and enter your PIN.
qr-label = QR code for the Segl app. It changes every second. If you cannot scan it, open the app on this device or type the four-digit code, both further down.
countdown = {"{"}m{"}"} min {"{"}s{"}"} s left
open-the-app = Open the app on this device
open-the-app-hint = For when the Segl app is on the same phone or computer as this page.
typed-code-heading = Cannot scan?
typed-code-hint = If you have turned it on in the app's settings, choose “Type the code” and type these four digits:
wait-nothing = Does nothing happen in the app? Check that you typed the right user ID: cancel and try again.
wait-without-scripts = Scripts are off in this browser, so the QR code is not shown. Open the app on this device or type the four-digit code. This page checks every five seconds whether you have answered.

back-to-service = Back to { $service }
ended-second-request = Two requests at once
    .text = Somebody, perhaps you in another window, asked for an approval with the same user ID while this one was waiting. To be safe this request has been cancelled, and nothing was approved. If it was you, just begin again. If it was not, nobody gets in without your app, and you can see the attempt in its activity log.
ended-wrong-codes = The four digits were wrong three times
    .text = This request has been cancelled, and nothing was approved. Begin again, and scan the QR code if you can.
ended-assurance = Your app is not strong enough for this
    .text = The service asks for a higher level of assurance than your app can prove. This request has been cancelled, and nothing was approved. Citizen Service can help you to get a stronger identity.
ended-cpr-demanded = This service needs a CPR number
    .text = Your identity rests on a P code, because you have no Danish CPR number. This service can only serve people with a CPR number, and nothing was told to it. Contact the service to hear how it can help you in another way.
ended-reported = You said that you did not begin this
    .text = The request has been cancelled, and nothing was approved. If somebody else uses your user ID they cannot get in without your app and PIN.

form-post-title = Back to the service
form-post-text = You are being sent back to the service. If nothing happens, press the button.
logged-out = You are logged off
    .text = The service's access has ended. You can close this window.
support-code = If you ask for help, mention:
