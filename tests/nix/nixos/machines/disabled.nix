# The module is there, and nobody enabled the service.
{ }
