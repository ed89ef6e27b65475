{ lib, ... }:
{
  app.name = hostName;
}
