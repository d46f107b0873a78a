# Appointments at Citizen Service.
