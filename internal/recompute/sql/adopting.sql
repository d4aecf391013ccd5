REPLACE ({adopted})
