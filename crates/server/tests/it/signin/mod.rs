mod finish;
mod second_request;
mod uniform;
mod wait;
