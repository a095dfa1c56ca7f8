-- The epoch whose key wraps subject keys: no transaction wraps one in another (a guard of each write),
-- so that an epoch which nothing hangs on stays so and can be destroyed.
INSERT INTO setting (name, value) VALUES ('epoch', '1') ON CONFLICT DO NOTHING;
