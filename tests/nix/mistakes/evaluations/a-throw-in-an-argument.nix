{ region, ... }:
{
  _module.args.region = throw "my own message";
  app.name = region;
}
