# The environments of this repository, by name.
{
  development = {
    environment = "Development";
    modules = [ ./development.nix ];
  };
  testing = {
    environment = "Testing";
    modules = [ ./testing.nix ];
  };
  staging = {
    environment = "Staging";
    modules = [ ./staging.nix ];
  };
  production = {
    environment = "Production";
    modules = [ ./production.nix ];
  };
}
