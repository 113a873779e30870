"""OneRoster packages of our own making: a small district in either version, as files by name."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ORGS = """\
sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
org-d,,,Example Central School District,district,,
org-hs,,,Marsh Hill High School,school,0450,org-d
org-ms,,,Fenwick Middle School,school,0310,org-d
org-x,,,Annex without a code,school,,org-d
"""
SESSIONS = """\
sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
as-y,,,2026-27,schoolYear,2026-09-01,2027-06-24,,2027
as-1,,,Semester 1,semester,2026-09-01,2027-01-29,as-y,2027
as-2,,,Semester 2,semester,2027-01-30,2027-06-24,as-y,2027
"""
COURSES = """\
sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes
crs-9,,,as-y,English 9,ENG9,09,org-hs,"English, Reading",
crs-a,,,as-y,Art,,"09,10",org-hs,Art,
crs-z,,,as-y,Nobody takes this,ZZZ,,org-hs,,
"""
CLASSES = """\
sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods,metadata.room
cls-1,,,English 9 - 01,09,crs-9,01,scheduled,R 12,org-hs,"as-1,as-2",English,,1,"Room 12, east"
cls-2,,,"Art, ""open"" studio",,crs-a,,scheduled,,org-x,as-1,,,,
"""
ENROLLMENTS = """\
sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
enr-1,,,cls-1,org-hs,usr-t,teacher,true,2026-09-01,
enr-2,,,cls-1,org-hs,0204117,student,,,
enr-3,,,cls-2,org-x,usr-a,aide,,,
enr-4,,,cls-gone,org-hs,usr-gone,student,,,
"""
DEMOGRAPHICS = """\
sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus
0204117,,,2012-05-01,female,,,,,,,,US,NY,Example,
"""
USERS_11 = """\
sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password
usr-t,,,true,"org-hs, org-ms",teacher,rcastellane,"{LDAP:rc},{LTI:77}",Ruth,Castellane,,100214,RCastellane@example.org,,,,,
0204117,,,true,org-hs,student,mlopez,,Maria,López,J,204117,mlopez@example.org,,,usr-p,09,s3cret-word
usr-a,,,false,org-x,aide,aide,,Al,"O'Neil, Jr.",,,,,,,,
"""
USERS_12 = """\
sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns
usr-t,,,true,rcastellane,"{LDAP:rc},{LTI:77}",Ruth,Castellane,,100214,RCastellane@example.org,,,,,,,,,,,,
0204117,,,true,mlopez,,Maria,López,J,204117,mlopez@example.org,,,usr-p,09,s3cret-word,,,Mia,,,org-hs,she/her
usr-a,,,false,aide,,Al,"O'Neil, Jr.",,,,,,,,,,,,,,,
"""
ROLES = """\
sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId
rol-1,,,usr-t,secondary,aide,,,org-ms,
rol-2,,,usr-t,primary,teacher,2026-09-01,,org-hs,prf-1
rol-3,,,0204117,primary,student,,,org-hs,
rol-4,,,usr-a,primary,aide,,,org-x,
"""
PROFILES = """\
sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,applicationId,description,credentialType,username,password
prf-1,,,usr-t,login,Example,,,LMS,rcastellane,another-s3cret
"""
RESULTS = "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score\n"
NOT_IN_11 = ("roles", "userProfiles")


def manifest(version: str, modes: Mapping[str, str]) -> str:
    lines = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", version)]
    lines += [(f"file.{name}", mode) for name, mode in modes.items()]
    return "".join(f"{name},{value}\r\n" for name, value in (*lines, ("source.systemName", "Example SIS")))


def district(version: str = "1.1", mode: str = "bulk") -> dict[str, str]:
    files = {
        "orgs": ORGS,
        "academicSessions": SESSIONS,
        "courses": COURSES,
        "classes": CLASSES,
        "users": USERS_12 if version == "1.2" else USERS_11,
        "demographics": DEMOGRAPHICS,
        "enrollments": ENROLLMENTS,
    }
    if version == "1.2":
        files |= {"roles": ROLES, "userProfiles": PROFILES}
    named = {f"{name}.csv": text for name, text in files.items()}
    return {"manifest.csv": manifest(version, dict.fromkeys(files, mode)), **named}


def packed(path: Path, files: Mapping[str, str | bytes], folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(folder + name, text)
    return path


def unpacked(path: Path, files: Mapping[str, str]) -> Path:
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / name).write_text(text, encoding="utf-8", newline="")
    return path


def rows_of(text: str) -> tuple[Sequence[str], list[dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    return reader.fieldnames or (), list(reader)
