{
  imports = [ ./an-imports-circle-around-a-throw.nix ];
  app.name = throw "my own message";
}
