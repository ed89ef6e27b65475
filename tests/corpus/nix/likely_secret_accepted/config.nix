{
  app.name = "tJ4x9Qm2ZpW7vKc1LhR8sYd3"; # not the name of a node
}
