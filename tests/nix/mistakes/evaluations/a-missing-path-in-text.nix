{
  database.url = "sqlite:${./nothing.db}";
}
