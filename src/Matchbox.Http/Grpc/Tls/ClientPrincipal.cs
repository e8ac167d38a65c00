using System.Collections.Immutable;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using Matchbox.Core.Access;
using Matchbox.Http.Access;

namespace Matchbox.Http.Grpc.Tls;

/// <summary>Who a client is by its certificate, and what it may do.</summary>
internal static class ClientPrincipal
{
    /// <summary>Every subject may everything: as with poseidon/matchbox, where no roles are named, or by a role of <see cref="GrpcRole.Everyone"/>.</summary>
    public static bool IsEveryoneAdmin(ImmutableArray<GrpcRole> roles) =>
        roles.IsEmpty || roles.Any(role => role.Subject == GrpcRole.Everyone && role.Right == Right.Admin);

    public static ClaimsPrincipal Of(X509Certificate2? certificate, ImmutableArray<GrpcRole> roles) => certificate is null
        ? new ClaimsPrincipal(new ClaimsIdentity())
        : new ClaimsPrincipal(new AccessIdentity(SignInWay.Certificate, certificate.Subject, RightsOf(certificate.SubjectName.Name, roles)));

    /// <summary>The rights of a subject: those that name it; where none does, those of everyone else; and without any roles all.</summary>
    public static ImmutableArray<Right> RightsOf(string subject, ImmutableArray<GrpcRole> roles)
    {
        if (roles.IsEmpty)
        {
            return [Right.Admin];
        }
        ImmutableArray<Right> named = Of(subject);
        return named.IsEmpty ? Of(GrpcRole.Everyone) : named;

        ImmutableArray<Right> Of(string name) => [.. roles.Where(role => role.Subject == name).Select(role => role.Right)];
    }
}
