cityHash64(cityHash64(platform_name), cityHash64(environment), cityHash64(method), cityHash64(route), cityHash64(status_class))
