{
  database.url = "sqlite::memory:";
}
