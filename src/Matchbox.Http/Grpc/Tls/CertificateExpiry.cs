using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Matchbox.Http.Grpc.Tls;

/// <summary>How near an expiry is.</summary>
internal enum ExpiryLevel
{
    Fine,

    /// <summary>Less than 30 days.</summary>
    Soon,

    /// <summary>Less than 7 days.</summary>
    VerySoon,

    Expired,
}

/// <summary>Of some certificates the one that expires first.</summary>
internal readonly record struct CertificateExpiry(string Subject, DateTimeOffset At)
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30), VerySoon = TimeSpan.FromDays(7);

    public static CertificateExpiry Of(IEnumerable<X509Certificate2> certificates)
    {
        var first = certificates.MinBy(certificate => certificate.NotAfter)!;
        return new CertificateExpiry(first.Subject, first.NotAfter.ToUniversalTime());
    }

    /// <summary>What to tell of it then; null: it is long till then.</summary>
    public (ExpiryLevel Level, string Text)? WarningAt(DateTimeOffset now)
    {
        var left = At - now;
        var day = At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return left <= TimeSpan.Zero
            ? (ExpiryLevel.Expired, $"the gRPC certificate {Subject} expired on {day}: clients refuse it, or we refuse them; replace it, no restart is needed")
            : left < Soon
            ? (left < VerySoon ? ExpiryLevel.VerySoon : ExpiryLevel.Soon,
                string.Create(CultureInfo.InvariantCulture, $"the gRPC certificate {Subject} expires on {day}, in {(int)left.TotalDays} days: replace it, no restart is needed"))
            : null;
    }
}
