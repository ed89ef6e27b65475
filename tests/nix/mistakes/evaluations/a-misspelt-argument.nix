{ enviroment, ... }:
{
  app.data_dir = "/srv/${enviroment}";
}
