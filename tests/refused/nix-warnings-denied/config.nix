{
  app.name = "tJ4x9Qm2ZpW7vKc1LhR8sYd3"; # nobody calls a node so
}
