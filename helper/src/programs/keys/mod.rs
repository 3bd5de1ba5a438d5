pub const PROGRAMS: &[super::Program] = &[];
