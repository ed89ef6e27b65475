{
  disabledModules = [ { app.name = "a"; } ];
}
