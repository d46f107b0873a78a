fault-register-unavailable = The population register does not answer
    .help = Nothing is lost. Wait a few minutes and try again.
