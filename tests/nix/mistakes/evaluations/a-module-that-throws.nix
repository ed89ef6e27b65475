{ lib, ... }:
throw "my own message"
