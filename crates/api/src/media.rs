//! Media: metadata of images, videos, audio and documents. The files themselves are served elsewhere.

pub mod view;
