"""The letter box: letters of surveys and suggestions for agendas, sealed to advocates."""
