//! Which curve a key is on: ECParameters (RFC 5480, 2.1.1; RFC 3279, 2.3.5; TR-03111, 5.1).

use super::{Curve, Parameters, Point};
use crate::fault::{Deviation, Deviations, SignatureFault, TlvFault};
use crate::oid::known;
use crate::tlv::{Tag, Tlv};

impl Curve {
    /// The curve that `ECParameters ::= CHOICE { namedCurve, implicitCurve NULL, specifiedCurve }` stands for.
    ///
    /// Explicit parameters are only ever compared with the numbers of the curves that are known here: nothing is computed from them.
    pub(crate) fn from_parameters(
        parameters: Option<Tlv<'_>>,
        deviations: &mut Deviations,
    ) -> Result<Self, SignatureFault> {
        let parameters = parameters.ok_or(SignatureFault::CurveNotTold)?;
        match parameters.tag {
            Tag::OBJECT_IDENTIFIER => {
                let oid = parameters.oid().map_err(SignatureFault::KeyMalformed)?;
                Self::from_oid(oid).ok_or(SignatureFault::CurveUnknown)
            }
            Tag::SEQUENCE => {
                let explicit = Explicit::read(parameters).map_err(SignatureFault::KeyMalformed)?;
                let explicit = explicit.ok_or(SignatureFault::CurveParametersUnknown)?;
                explicit.recognise(deviations)
            }
            _ => Err(SignatureFault::CurveNotTold),
        }
    }
}

/// `SpecifiedECDomain` (RFC 3279, 2.3.5, ECParameters): version, fieldID, curve { a, b, seed }, base, order, cofactor.
struct Explicit<'a> {
    p: &'a [u8],
    a: &'a [u8],
    b: &'a [u8],
    has_seed: bool,
    base: &'a [u8],
    order: &'a [u8],
    cofactor: Option<&'a [u8]>,
}

impl<'a> Explicit<'a> {
    /// The numbers as they stand there; `None` where the field is not a prime field.
    fn read(parameters: Tlv<'a>) -> Result<Option<Self>, TlvFault> {
        let mut fields = parameters.reader();
        fields.expect(Tag::INTEGER)?;
        let mut field = fields.expect(Tag::SEQUENCE)?.reader();
        if field.expect(Tag::OBJECT_IDENTIFIER)?.oid()? != known::PRIME_FIELD {
            return Ok(None);
        }
        let p = field.expect(Tag::INTEGER)?.unsigned()?;
        let mut coefficients = fields.expect(Tag::SEQUENCE)?.reader();
        let a = coefficients.expect(Tag::OCTET_STRING)?.value;
        let b = coefficients.expect(Tag::OCTET_STRING)?.value;
        let has_seed = coefficients.optional(Tag::BIT_STRING)?.is_some();
        coefficients.finish()?;
        let base = fields.expect(Tag::OCTET_STRING)?.value;
        let order = fields.expect(Tag::INTEGER)?.unsigned()?;
        let cofactor = fields.optional(Tag::INTEGER)?;
        let cofactor = cofactor.map(|cofactor| cofactor.unsigned()).transpose()?;
        Ok(Some(Self {
            p,
            a,
            b,
            has_seed,
            base,
            order,
            cofactor,
        }))
    }

    /// The curve whose numbers these are.
    fn recognise(&self, deviations: &mut Deviations) -> Result<Curve, SignatureFault> {
        let curve = Curve::ALL
            .into_iter()
            .find(|curve| self.is(Parameters::of(*curve)))
            .ok_or(SignatureFault::CurveParametersUnknown)?;
        deviations.push(Deviation::ExplicitCurveParameters);
        let length = curve.field_bytes();
        if self.a.len() != length || self.b.len() != length {
            deviations.push(Deviation::CurveParameterLength);
        }
        if self.has_seed {
            deviations.push(Deviation::CurveSeed);
        }
        if self.cofactor.is_none() {
            deviations.push(Deviation::CurveCofactorMissing);
        }
        if self.base.first() != Some(&4) {
            deviations.push(Deviation::CompressedPoint);
        }
        Ok(curve)
    }

    fn is(&self, known: &Parameters) -> bool {
        same_number(self.p, known.p)
            && same_number(self.a, known.a)
            && same_number(self.b, known.b)
            && same_number(self.order, known.n)
            && self.cofactor.is_none_or(|cofactor| cofactor == [1])
            && self.base_is(known)
    }

    fn base_is(&self, known: &Parameters) -> bool {
        match self.base.split_first() {
            Some((4, coordinates)) if coordinates.len() % 2 == 0 => {
                let (x, y) = coordinates.split_at(coordinates.len() / 2);
                same_number(x, known.gx) && same_number(y, known.gy)
            }
            Some((form @ (2 | 3), x)) => {
                same_number(x, known.gx) && known.gy.last().is_some_and(|last| last & 1 == form & 1)
            }
            _ => false,
        }
    }
}

/// Whether two big-endian numbers are equal, whatever zeros stand in front.
fn same_number(one: &[u8], other: &[u8]) -> bool {
    fn digits(number: &[u8]) -> &[u8] {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        &number[zeros..]
    }
    digits(one) == digits(other)
}

impl Point {
    /// A key's point, whose encoding is reported where it is compressed.
    pub(crate) fn from_key(
        curve: Curve,
        encoded: &[u8],
        deviations: &mut Deviations,
    ) -> Result<Self, SignatureFault> {
        if matches!(encoded.first(), Some(2 | 3)) {
            deviations.push(Deviation::CompressedPoint);
        }
        Self::decode(curve, encoded)
    }
}
