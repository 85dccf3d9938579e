using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;

namespace Cdp.Identity.Tests.Rules;

/// <summary>What values become, step by step.</summary>
public sealed class NormalisationTests
{
    private const string Hash = "4d16aa3f0a9e1c6ec7d7e9a2f1a6ea9d4b5a8e1f2c3d4e5f60718293a4b5c6d7";

    [Theory]
    [InlineData("trim", "  a b ", "a b")]
    [InlineData("trim", "\tAnn\n", "Ann")]
    [InlineData("lowercase", "ÄÉΣ", "äéσ")]
    [InlineData("uppercase", "ab-12é", "AB-12É")]
    [InlineData("digits", "4711 0815-22", "4711081522")]
    [InlineData("digits", "٤٧١١", "4711")]
    [InlineData("digits,sha256", "1", "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b")]
    [InlineData("trim,lowercase,email,sha256", " Ann@Example.com ", "71d4f55f72fa128dfb468a1a3901507c804b74316488744d769d7f4b16696476")]
    public void Steps_InOrder_Normalise(string steps, string value, string expected) => Assert.Equal(expected, Normalise(steps, value));

    [Theory]
    [InlineData("e\u0301", "é")]
    [InlineData("A\u030A", "Å")]
    [InlineData("\u212B", "Å")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\u1100\u1161\u11A8", "각")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("日本語", "日本語")]
    public void Unicode_AnyForm_IsFormC(string value, string expected) => Assert.Equal(expected, Normalise("trim", value));

    // Half a pair of surrogates is no text, so that it cannot stand in an attribute.
    [Theory]
    [InlineData("", 0xD800, "")]
    [InlineData("a", 0xDC00, "b")]
    [InlineData("a", 0x85, "b")]
    [InlineData("", 0x2003, "")]
    public void Unicode_NoText_IsNoIdentifier(string before, int code, string after) =>
        Assert.Null(Normalise("lowercase", string.Concat(before, ((char)code).ToString(), after)));

    [Theory]
    [InlineData("Ann@Example.COM", "ann@example.com")]
    [InlineData("a@x", "a@x")]
    [InlineData("ann+shop@example.com", "ann+shop@example.com")]
    [InlineData("a.n.n@googlemail.com", "a.n.n@googlemail.com")]
    [InlineData("jörg@müller.example", "jörg@müller.example")]
    public void Email_Address_IsInLowerCase(string value, string expected) => Assert.Equal(expected, Normalise("email", value));

    [Theory]
    [InlineData("none")]
    [InlineData("@example.com")]
    [InlineData("ann@")]
    [InlineData("ann@@example.com")]
    [InlineData("ann@example..com")]
    [InlineData("ann@.example")]
    [InlineData("ann@example.com.")]
    [InlineData("ann@-example.com")]
    [InlineData("ann lee@example.com")]
    [InlineData("a@b@example.com")]
    public void Email_NoAddress_IsNoIdentifier(string value) => Assert.Null(Normalise("trim,email", value));

    [Theory]
    [InlineData("Ann+shop+2@Example.com", "ann@example.com")]
    [InlineData("a.n.n+shop@GoogleMail.com", "ann@gmail.com")]
    [InlineData("a.n.n@gmail.com", "ann@gmail.com")]
    [InlineData("a.n.n@example.com", "a.n.n@example.com")]
    [InlineData("+x@example.com", "+x@example.com")]
    public void Email_Options_FindTheMailbox(string value, string expected) => Assert.Equal(expected, Normalise("email,email_strip_plus,email_gmail_dots", value));

    [Theory]
    [InlineData("+49 30 901820", "", "+4930901820")]
    [InlineData("+1 (415) 555-2671", "", "+14155552671")]
    [InlineData("+44 20 7946 0958", "", "+442079460958")]
    [InlineData("030 901820", "DE", "+4930901820")]
    [InlineData("0049 30 901820", "DE", "+4930901820")]
    [InlineData("(415) 555-2671", "US", "+14155552671")]
    [InlineData("020 7946 0958", "GB", "+442079460958")]
    [InlineData("06 12 34 56 78", "FR", "+33612345678")]
    [InlineData("03-1234-5678", "JP", "+81312345678")]
    [InlineData("02 1234 5678", "IT", "+390212345678")]
    [InlineData("+390212345678", "DE", "+390212345678")]
    [InlineData("010 0000 0000", "EG", "+201000000000")]
    [InlineData("٠١٠ ٠٠٠٠ ٠٠٠٠", "EG", "+201000000000")]
    [InlineData("+1 415 555 2671 ext. 5", "", "+14155552671;ext=5")]
    [InlineData("tel:+1-415-555-2671", "", "+14155552671")]
    [InlineData("030 901820", "", "030 901820")]
    public void Phone_Number_IsE164(string value, string region, string expected) => Assert.Equal(expected, Normalise("trim,phone", value, region));

    [Theory]
    [InlineData("+49 30 1", "")]
    [InlineData("+999 123456789", "")]
    [InlineData("12", "DE")]
    [InlineData("+1 415 555 2671 1234 5678", "")]
    [InlineData("none", "")]
    [InlineData("call me", "DE")]
    [InlineData("()-", "")]
    public void Phone_NoPossibleNumber_IsNoIdentifier(string value, string region) => Assert.Null(Normalise("trim,phone", value, region));

    [Fact]
    public void Sha256_ValueThatIsAHash_StaysInLowerCase()
    {
        Assert.Equal(Hash, Normalise("trim,email,sha256", $" {Hash.ToUpperInvariant()} "));
        Assert.Null(Normalise("trim,email,sha256", Hash[1..]));
    }

    [Fact]
    public void Value_OfMegabytes_IsNoIdentifier() => Assert.Null(Normalise("trim,sha256", new string('a', 5_000_000)));

    private static string? Normalise(string steps, string value, string region = "")
    {
        var rule = new IdentifierRule { Type = "x", Limit = 5, Window = "ever", Region = region, Normalise = { steps.Split(',') } };
        var rules = new RuleSet(new IdentityRules { Identifiers = { rule }, DefaultLimit = 5, DefaultWindow = "ever" });
        return rules.TryNormalise(new Identifier { Type = "x", Value = value }, out var key) ? key.Value : null;
    }
}
