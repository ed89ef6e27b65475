{
  disabledModules = [ (throw "my own message") ];
}
