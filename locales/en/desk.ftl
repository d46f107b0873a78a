# Citizen Service: the officials' site

desk-title = Citizen Service
desk-welcome = This site is for officials of Citizen Service. Log on with your own Segl identity. You must be registered as an official of your municipality.
    .logged = Everything that is done here is written into a log under your name.
desk-sign-in = Log on
desk-sign-in-reference = Log on to Citizen Service as an official
desk-sign-out = Log off
desk-to-the-front = To the front page
desk-menu = Citizen Service
desk-home = Front page
desk-home-title = Front page
desk-home-lead = You work for { $organisation }. You see only the cases of your own municipality.
desk-role-official = Official
desk-role-supervisor = Supervisor

fault-desk-sign-in-needed = Log on to go on
    .help = You are not logged on, or it was too long ago. Log on again with your own identity.
fault-desk-visit-over = This log-on did not begin here
    .help = The answer does not belong to this browser, or it took too long. Begin again.
fault-desk-sign-in-stopped = You were not logged on
    .help = The log-on was stopped or rejected. Try again.
fault-not-an-official = You are not registered as an official
    .help = Your identity has no role at Citizen Service. Ask whoever runs the system in your municipality to register you.
fault-not-a-supervisor = Only a supervisor can do this
    .help = Ask a supervisor of your municipality to do it. High assurance takes two officials, and one of them is a supervisor.

# In the demo

demo-place-desk = Citizen Service
    .text = The officials' site: here it is proved who somebody is. Log on as one of the four officials below.
    .open = Open Citizen Service
demo-who-official = { $name } works at Birkesund Municipality's Citizen Service and handles cases there.
    .tag = Official, Birkesund
demo-who-supervisor = { $name } is a supervisor at Birkesund Municipality's Citizen Service, and the second official where a case is to reach high assurance.
    .tag = Supervisor, Birkesund
demo-who-other-official = { $name } works at Nordager Municipality's Citizen Service and cannot see Birkesund's cases.
    .tag = Official, Nordager
