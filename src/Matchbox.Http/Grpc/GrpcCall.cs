using Grpc.Core;
using Matchbox.Core.Access;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Http.Access;

namespace Matchbox.Http.Grpc;

/// <summary>One call that its client may make.</summary>
/// <param name="Guard">Asked before a change is made; null: the client may change everything.</param>
/// <param name="Cancellation">The client no longer waits.</param>
internal sealed record GrpcCall(CatalogGuard? Guard, CancellationToken Cancellation)
{
    /// <summary>A call that changes something needs an operator, whose right may be limited; one that shows documents a viewer of all.</summary>
    /// <exception cref="RpcException">The client may not.</exception>
    public static GrpcCall Of(ServerCallContext context, Role role, CatalogRights rights)
    {
        var user = context.GetHttpContext().User;
        if (role == Role.Viewer ? user.MayEverywhere(role) : user.May(role))
        {
            return new GrpcCall(rights.GuardOf(user.Rights()), context.CancellationToken);
        }
        var subject = context.GetHttpContext().Connection.ClientCertificate?.Subject ?? "who shows no certificate";
        throw new RpcException(new Status(
            StatusCode.PermissionDenied, $"{Core.ClientText.Escape(subject)} needs the right {Right.NameOf(role)}{(role == Role.Viewer ? " of everything" : "")}, which grpc.roles does not give"));
    }
}
