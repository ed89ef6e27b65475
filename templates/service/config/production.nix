# The greeter in production.
{ lib, ... }:
{
  listen = "0.0.0.0:8080"; # behind a proxy that ends TLS
  greeting = "Welcome, {name}!";
  max_visitors = lib.mkDefault 200;
}
