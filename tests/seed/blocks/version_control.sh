mlflow run .
mlflow models serve -m runs:/d16076a3ec534311817565e6527539c0/model
