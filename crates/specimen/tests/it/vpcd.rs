//! vpcd's protocol, with the test as the reader.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use specimen::{
    chip::Chip,
    document::{Persona, Specimens},
    misbehaviour::Misbehaviour,
    randomness::Randomness,
    vpcd::{ANSWER_TO_RESET, Served, serve},
};

use crate::document::now;

fn exchange(reader: &mut TcpStream, message: &[u8]) -> Vec<u8> {
    send(reader, message);
    let mut length = [0; 2];
    reader.read_exact(&mut length).unwrap();
    let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
    reader.read_exact(&mut answer).unwrap();
    answer
}

fn send(reader: &mut TcpStream, message: &[u8]) {
    reader
        .write_all(&u16::try_from(message.len()).unwrap().to_be_bytes())
        .unwrap();
    reader.write_all(message).unwrap();
}

/// Serves a chip on another thread and gives the reader's end.
fn plugged(misbehaviours: Vec<Misbehaviour>) -> (TcpStream, thread::JoinHandle<Served>) {
    let document = Specimens::new(b"documents", now()).document(Persona::Dane);
    let mut chip = Chip::misbehaving(document, Randomness::from_seed(b"vpcd"), misbehaviours);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let card = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let served = thread::spawn(move || serve(card, &mut chip).unwrap());
    (listener.accept().unwrap().0, served)
}

#[test]
fn a_reader_powers_the_card_and_talks_to_it() {
    let (mut reader, served) = plugged(Vec::new());
    send(&mut reader, &[1]);
    assert_eq!(exchange(&mut reader, &[4]), ANSWER_TO_RESET);
    let select = [
        0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01,
    ];
    assert_eq!(exchange(&mut reader, &select), [0x90, 0x00]);
    assert_eq!(
        exchange(&mut reader, &[0x00, 0xB0, 0x9E, 0x00, 0x04]),
        [0x69, 0x82]
    );
    assert_eq!(
        exchange(&mut reader, &[0xFF, 0xCA, 0x00, 0x00, 0x00]),
        [0x6E, 0x00]
    );
    assert_eq!(
        exchange(&mut reader, &[0x00, 0x84, 0x00, 0x00, 0x08]).len(),
        10
    );
    send(&mut reader, &[2]);
    // After the reset the application is no longer selected: EF.COM's short identifier is EF.DIR's.
    assert_eq!(
        exchange(&mut reader, &[0x00, 0xB0, 0x9E, 0x00, 0x04])[4..],
        [0x90, 0x00]
    );
    drop(reader);
    assert_eq!(
        served.join().unwrap(),
        Served {
            commands: 4,
            resets: 2
        }
    );
}

#[test]
fn a_chip_that_is_taken_away_closes_the_connection() {
    let (mut reader, served) = plugged(vec![Misbehaviour::TornAt(2)]);
    send(&mut reader, &[1]);
    assert_eq!(
        exchange(&mut reader, &[0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00]),
        [0x90, 0x00]
    );
    send(&mut reader, &[0x00, 0x84, 0x00, 0x00, 0x08]);
    assert_eq!(reader.read(&mut [0]).unwrap(), 0);
    assert_eq!(
        served.join().unwrap(),
        Served {
            commands: 1,
            resets: 1
        }
    );
}
