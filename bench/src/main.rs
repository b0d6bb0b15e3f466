mod newsroom;
mod zipf;
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    newsroom::write(n, 7, &mut std::io::BufWriter::new(std::io::stdout().lock())).unwrap();
}
