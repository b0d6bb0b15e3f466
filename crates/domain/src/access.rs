//! Permissions: which caller may do what, and which body of an article a caller gets.
//!
//! What a role or an API key allows is decided here. Whose article it is, which some permissions
//! depend on, is decided in `article/rights.rs`.

mod caller;
mod paywall;
mod permission;
mod role;
mod scopes;

pub(crate) use self::caller::denied;
pub use self::{
    caller::{Caller, sign_in_first},
    paywall::{Access, body_for, gets_whole_body},
    permission::Permission,
    role::Role,
    scopes::Scopes,
};
#[cfg(test)]
use crate::account::AccountId;

#[cfg(test)]
mod tests {
    use super::*;

    /// The frozen policy: a changed line here changes what users may do.
    const POLICY: &str = "\
permission             reader contributor author editor admin operator
ReadEverything         -      yes         yes    yes    yes   yes
ManageAccounts         -      -           -      -      yes   yes
HoldKeys               -      yes         yes    yes    yes   yes
ActAsOthers            -      -           -      -      -     yes
ReadChanges            -      -           -      -      yes   yes
EditTerms              -      -           -      yes    yes   yes
EditCollections        -      -           -      yes    yes   yes
EditSite               -      -           -      -      yes   yes
ManageAdministrators   -      -           -      -      yes   yes
OfferPasswords         -      -           -      -      yes   yes
ReadDrafts             -      yes         yes    yes    yes   yes
ReadOthersDrafts       -      -           -      yes    yes   yes
WriteArticles          -      yes         yes    yes    yes   yes
WriteOthersArticles    -      -           -      yes    yes   yes
PublishArticles        -      -           yes    yes    yes   yes
PublishOthersArticles  -      -           -      yes    yes   yes
PlaceArticles          -      -           -      yes    yes   yes
PurgeArticles          -      -           -      -      yes   yes
OwnByline              -      -           yes    yes    yes   yes
";

    #[test]
    fn the_policy_is_what_it_is() {
        let id = AccountId::from_bytes([1; 16]);
        let accounts = Role::ALL.map(|role| Caller::Account { id, role, scopes: Scopes::ALL });
        let mut callers = vec![Caller::Reader];
        callers.extend(accounts);
        callers.push(Caller::Operator);
        let mut table = format!("{:22} reader contributor author editor admin operator\n", "permission");
        let widths = [7, 12, 7, 7, 6, 0];
        for permission in Permission::ALL {
            table += &format!("{:23}", format!("{permission:?}"));
            for (caller, width) in callers.iter().zip(widths) {
                let word = if caller.may(permission) { "yes" } else { "-" };
                table += &format!("{word:width$}");
            }
            table = format!("{}\n", table.trim_end());
        }
        println!("{table}");
        assert_eq!(table, POLICY);
    }

    #[test]
    fn a_key_may_what_both_its_owner_and_its_scopes_allow() {
        let id = AccountId::from_bytes([1; 16]);
        let may = |role, names: &[&str]| {
            let scopes = Scopes::read(names).expect("scopes");
            let caller = Caller::Account { id, role, scopes };
            Permission::ALL.into_iter().filter(|permission| caller.may(*permission)).collect::<Vec<_>>()
        };
        use Permission::*;
        assert_eq!(may(Role::Admin, &["articles:read", "users:manage"]), [ReadEverything, ManageAccounts]);
        assert_eq!(may(Role::Editor, &["articles:read", "users:manage"]), [ReadEverything]);
        assert_eq!(may(Role::Admin, &["users:manage"]), [ManageAccounts]);
        assert_eq!(may(Role::Author, &["articles:write"]), [ReadDrafts, WriteArticles]);
        assert_eq!(
            may(Role::Editor, &["articles:write"]),
            [ReadDrafts, ReadOthersDrafts, WriteArticles, WriteOthersArticles]
        );
        assert_eq!(
            Scopes::read(&["articles:write"]).expect("scopes").names(),
            ["drafts:read", "articles:write"]
        );
        assert_eq!(Scopes::read(&["articles:read", "all"]), None);
        assert_eq!(Scopes::read(&["users:manage"]).expect("scopes").names(), ["users:manage"]);
    }
}
