{ environment, lib, ... }:
lib.mkIf (environment == "Production" && "yes") {
  app.name = "clock";
}
